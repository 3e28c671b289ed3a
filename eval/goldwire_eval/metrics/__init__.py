"""The metrics, one file each; `registry` lists them."""
