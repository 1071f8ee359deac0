using System.CommandLine;

namespace Ingester.Databases;

/// <summary><c>ingester postgres</c>: derived data in PostgreSQL.</summary>
internal static class PostgresCommand
{
    /// <summary>The command.</summary>
    public static Command Create() => new("postgres", """
        Derived data (bars, quotes, book metrics) in PostgreSQL.

        The tables hold each row once, whatever happens to the loader or the database: docs/postgresql.md has the schema and SQL examples.
        """)
    {
        LoadCommand.Create(),
        MigrateCommand.Create(),
    };
}
