"""A clerk in a process of their own: writes notes, and says the number of each that is answered."""

import sys
from itertools import count
from random import random
from time import sleep

from tests.store.shop import note
from trainer.play.sandbox import Desk
from trainer.store.database import connect
from trainer.store.events import SqlStore


def main(url: str, key: str, name: str, many: str) -> None:
    store = SqlStore(connect(url))
    desk = Desk(store)
    sandbox = store.find(key)
    print("ready", flush=True)
    input()
    for number in range(int(many)) if many else count():
        word = f"{name}-{number}"
        outcome = desk.perform(sandbox, note(word), actor=name, command_id=word)
        sandbox = outcome.sandbox
        print(outcome.entries[0].number, word, flush=True)
        if many:
            sleep(random() / 50)  # without pauses, or in step, one could keep the other out


if __name__ == "__main__":
    main(*sys.argv[1:])
