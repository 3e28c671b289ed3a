"""Work cut into shards, run in processes of this machine or on a Dask cluster."""
