"""The real worker process with toys in it; only tests name this file."""

from engine.toy import toy_engine
from limner.engine import worker

if __name__ == "__main__":
    worker.main(toy_engine)
