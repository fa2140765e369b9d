"""The history of the schema, run by `assistant.store.schema`."""
