"""Weights from a repository of the Hugging Face hub, by its name: timm/resnet18.a1_in1k.

The hub's own client fetches and keeps them: HF_ENDPOINT, HF_HOME, HF_TOKEN and HF_HUB_OFFLINE mean
what they mean there. A repository has model.safetensors, and config.json says what it is.
"""

import re
from dataclasses import replace
from pathlib import Path

from striate.errors import WeightsError, in_short
from striate.language.items import suggest
from striate.transfer.sources.cards import CARD, CONFIG, facts_of
from striate.transfer.sources.published import repositories
from striate.transfer.weights.facts import Facts
from striate.transfer.weights.files import read_weights
from striate.transfer.weights.record import Weights

MODEL = "model.safetensors"

_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_repository(source: str) -> bool:
    """Whether a repository of the hub could have that name.

    >>> is_repository("timm/resnet18.a1_in1k"), is_repository("resnet18"), is_repository("a/b/c")
    (True, False, False)
    """
    return _NAME.fullmatch(source) is not None


def from_hub(name: str) -> Weights:
    """The weights in a repository, with what it says of them.

    Raises WeightsError where they cannot be fetched, or are not what the hub says they are.
    """
    reached = _reaches(name)
    config, card = (_fetch_if_there(name, file, reached) for file in (CONFIG, CARD))
    file = _fetch(name, MODEL, reached)
    weights = read_weights(file, source=name)
    published = file.resolve().name  # the client names large files by their SHA-256
    if _DIGEST.fullmatch(published) and published != weights.sha256:
        raise WeightsError(
            f"{file} is damaged: its SHA-256 is {weights.sha256[:8]}..., and the hub's is "
            f"{published[:8]}...",
            help=[f"remove {file.resolve()}: it is fetched again"],
        )
    return known(weights, facts_of(config, card) if config else Facts(), name)


def known(weights: Weights, facts: Facts, name: str = "") -> Weights:
    """Weights with what their source says of them, which counts more than what the file says.

    The name of a known repository tells the network, which a repository may call otherwise.
    """
    row = next((row for row in repositories() if row.name == name), None)
    return replace(
        weights,
        licence=facts.licence or (row.licence if row else "") or weights.licence,
        look=facts.look or weights.look,
        classes=facts.classes or weights.classes,
        network=(row.network if row else "") or facts.network or weights.network,
    )


def in_cache(name: str) -> Path | None:
    """Where the weights of a repository lie on this machine, if they do."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, MODEL)
    return Path(found) if isinstance(found, str) else None


def _reaches(name: str) -> bool:
    """Whether there is an answer, whatever it says: otherwise the client would wait for one long.

    Where it is told to stay offline it knows that by itself.
    """
    from huggingface_hub import errors, get_hf_file_metadata, hf_hub_url

    try:
        get_hf_file_metadata(hf_hub_url(name, MODEL))
    except (errors.HfHubHTTPError, errors.HFValidationError, errors.OfflineModeIsEnabled):
        return True
    except Exception:  # noqa: BLE001 (what goes on between two machines raises anything)
        return False
    return True


def _fetch_if_there(name: str, file: str, reached: bool) -> Path | None:
    """A file of a repository; None where the repository has none of that name.

    Without a network the client knows of that if it asked before; a card is not waited for.
    """
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    try:
        return _fetch(name, file, reached)
    except WeightsError as error:
        if not isinstance(error.__cause__, EntryNotFoundError):
            raise
        known_absent = not isinstance(try_to_load_from_cache(name, file), str | None)
        unreached = isinstance(error.__cause__, LocalEntryNotFoundError)
        if unreached and not (known_absent or file == CARD):
            raise
        return None


def _fetch(name: str, file: str, reached: bool) -> Path:
    """A file of a repository, from the client's cache or from the hub. Raises WeightsError."""
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(name, file, local_files_only=not reached))
    except Exception as error:  # what goes on between two machines raises anything
        raise _not_fetched(name, file, error) from error


def _not_fetched(name: str, file: str, error: Exception) -> WeightsError:
    """The error for a file that did not arrive: why, and what to do."""
    from huggingface_hub import constants, errors

    address = f"{constants.ENDPOINT}/{name}"
    by_hand = f"put {MODEL} and {CONFIG} of {address} into a folder, and name it: --weights FOLDER"
    match error:
        case errors.GatedRepoError():
            reason = f"{name} is given only to those who accept its terms"
            return WeightsError(reason, help=[f"accept them at {address}, and set HF_TOKEN"])
        case errors.RepositoryNotFoundError() | errors.HFValidationError():
            near = suggest(name, [row.name for row in repositories()])
            return WeightsError(
                f"there is no repository {name} at {constants.ENDPOINT} that everybody can read",
                help=[*near, "`striate weights` lists what is known by name", by_hand],
            )
        case errors.LocalEntryNotFoundError():
            reason = _why_not_reached(error)
        case errors.EntryNotFoundError():
            return WeightsError(f"{address} has no {file}", help=["name a file: --weights FILE"])
        case _:
            reason = in_short(error, 200)
    return WeightsError(
        f"{name} is not on this machine, and its {file} could not be fetched: {reason}",
        help=[by_hand],
    )


def _why_not_reached(error: Exception) -> str:
    """Why the hub did not answer as a hub does."""
    from huggingface_hub import constants, errors

    match error.__cause__:
        case errors.OfflineModeIsEnabled():
            return "HF_HUB_OFFLINE is set"
        case errors.FileMetadataError():
            return f"what answers at {constants.ENDPOINT} is no hub"
        case errors.HfHubHTTPError() as answered:
            return f"{constants.ENDPOINT} answered {answered.response.status_code}"
        case _:
            return f"{constants.ENDPOINT} cannot be reached"
