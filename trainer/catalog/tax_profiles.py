"""Tax profiles with a mistake in them, where a scenario wants some, and the note that tells it."""

from collections.abc import Iterable
from random import Random
from typing import Final

import msgspec

from trainer.orders.world import Customer, World
from trainer.training.scenario import LANGUAGE_OF
from trainer.training.texts import Language

_NOTE: Final[dict[Language, str]] = {
    "en": "Seen on their registration: {company}, tax id {tax_id}",
    "zh_Hans": "已核对营业执照：{company}，税号 {tax_id}",
    "zh_Hant": "已核對公司登記：{company}，統一編號 {tax_id}",
}


def with_mistakes(world: World, count: int, seed: int, first: Iterable[str] = ()) -> World:
    """The world with so many wrong tax profiles: of these customers first, then of any others.

    By turns a digit is mistyped, the tax id is missing, and so is the title.
    """
    chance = Random(f"tax profiles/{world.company.locale}/{seed}")
    known = [who for who in dict.fromkeys(first) if world.customers[who].tax_id]
    others = [who for who, file in sorted(world.customers.items()) if file.tax_id]
    chance.shuffle(others)
    customers = world.customers
    for place, who in enumerate(list(dict.fromkeys((*known, *others)))[:count]):
        file = customers[who]
        note = _NOTE[LANGUAGE_OF[world.company.locale]]
        told = note.format(company=file.company, tax_id=file.tax_id)
        file = msgspec.structs.replace(_mistaken(chance, file, place), notes=(*file.notes, told))
        customers = customers.set(who, file)
    return msgspec.structs.replace(world, customers=customers)


def _mistaken(chance: Random, file: Customer, place: int) -> Customer:
    match place % 3:
        case 0:
            # what is one short is wrong everywhere; so is it where the last one checks the others
            return msgspec.structs.replace(file, tax_id=file.tax_id[:-1])
        case 1:
            return msgspec.structs.replace(file, tax_id="")
        case _:
            return msgspec.structs.replace(file, invoice_title="")
