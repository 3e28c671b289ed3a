"""The commands of the `goldwire` command line, one file a group."""
