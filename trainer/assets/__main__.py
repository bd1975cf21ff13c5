"""`python -m trainer.assets`: fill static/vendor of a checkout, as an install does."""

import sys

from trainer.assets.build import AssetError, build

if __name__ == "__main__":
    try:
        print("static/vendor is filled." if build() else "static/vendor is current.")
    except AssetError as error:
        sys.exit(str(error))
