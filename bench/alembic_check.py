"""How many changes Alembic finds in a database that has all models: python3 alembic_check.py TABLES URL [create]"""

import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, DateTime, Enum, ForeignKey, Index, Integer
from sqlalchemy import MetaData, Numeric, String, Table, Text, UniqueConstraint, Uuid, create_engine, text
from sqlalchemy.dialects.postgresql import JSONB

tables, url = int(sys.argv[1]), sys.argv[2].replace("postgres://", "postgresql+psycopg2://")
metadata = MetaData()
for at in range(tables):
    # The model of models.mjs.
    Table(
        f"shop_{at}",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("code", String(40), nullable=False),
        Column("title", String, nullable=False),
        Column("status", Enum("open", "closed", "moving", name=f"shop_{at}_status"), nullable=False, server_default="open"),
        Column("price", Numeric(10, 2), nullable=False, server_default="1.5"),
        Column("size", Integer, nullable=False, server_default="1"),
        Column("active", Boolean, nullable=False, server_default=text("true")),
        Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
        Column("settings", JSONB, nullable=False, server_default='{"floors": 1}'),
        Column("token", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        Column("parent_id", Integer, ForeignKey(f"shop_{at // 2}.id", ondelete="SET NULL", name=f"fk_{at}")),
        UniqueConstraint("code", name=f"uq_{at}"),
        CheckConstraint('"size" > 0 AND "size" < 100000', name=f"ck_{at}"),
        Index(f"ix_{at}", "status", "created_at"),
    )

engine = create_engine(url)
if len(sys.argv) > 3:
    metadata.create_all(engine)
else:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        print(len(compare_metadata(context, metadata)))
