"""Networks drawn: stacks of planes from left to right, branches in lanes, skips as arcs.

What is decided first stands first:

    grouping, folding, levels, book          what one picture shows, and what each group opens
    stacks, naming, wording, items           a part as shapes, and the words under it
    lanes, routes, seeing, tracks, misfits   where parts stand, lines between them, what a unit sees
    facts, telling                           what is said of each part
    pictures, pages, drawing                 a picture, a page, and what a person holds
"""
