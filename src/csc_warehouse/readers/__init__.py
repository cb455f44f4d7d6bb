"""Each reader's part of a release, and no more: below a folder, or in a database server.

| module | does |
|---|---|
| `audiences` | who reads, and what each is given |
| `delivery` | each audience's folder below another, a release switched in whole |
| `first_steps` | what an analyst begins with in the delivered folder |
| `served_tables` | what a database server has of a release, and which role reads it |
| `serving` | a release in a PostgreSQL server, swapped in whole |
| `pages` | what is this, as at when: the pages of a delivered folder |
"""
