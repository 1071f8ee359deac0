using System.Security.Cryptography;
using System.Text;
using Ingester.Deriving.Rows;

namespace Ingester.Postgres.Tables;

/// <summary>The SQL that moves rows with certain columns into a table by way of a staging table.</summary>
internal sealed class TableLayout
{
    private const int HashBytes = 6;

    private readonly IReadOnlyList<string> own; // columns that objects do not have
    private readonly string staging;

    /// <summary>Creates the SQL.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns of the objects in order.</param>
    /// <exception cref="FormatException">A name cannot be a column.</exception>
    public TableLayout(DerivedTable table, IReadOnlyList<DerivedColumn> columns)
    {
        (Table, Source) = (table, columns);
        Columns = [.. columns.Select(TableColumn.Of)];
        own = table.IsNumbered ? ["object_minute", "revision", "seq"] : ["object_minute", "revision"];
        var described = string.Join(' ', Columns.Select(static column => $"{column.Name} {column.StagedType}"));
        staging = $"stage_{table.Name}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(described)).AsSpan(0, HashBytes))}";
    }

    /// <summary>The table.</summary>
    public DerivedTable Table { get; }

    /// <summary>The columns of the objects in order.</summary>
    public IReadOnlyList<DerivedColumn> Source { get; }

    /// <summary>The columns of the table for them.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Creates the staging table of this connection where it does not exist. It is empty at the start of every transaction.</summary>
    public string CreateStaging =>
        $"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} (object_minute timestamptz, revision integer, {(Table.IsNumbered ? "seq integer, " : "")}{Join(Columns.Select(static column => $"{column.Name} {column.StagedType}"))}) ON COMMIT DELETE ROWS";

    /// <summary>Begins the copy of an object into the staging table.</summary>
    public string CopyToStaging => $"COPY {staging} ({Names}) FROM STDIN (FORMAT BINARY)";

    /// <summary>Moves the staged rows into the table; $1 is the exchange. A row of the same or a higher revision stays.</summary>
    public string Upsert =>
        $"INSERT INTO {Table.Name} AS t (exchange, {Names}) SELECT $1, {Join(own.Concat(Columns.Select(Cast)))} FROM {staging} "
        + $"ON CONFLICT ({Join(Table.Key)}) DO UPDATE SET {Join(own.Concat(Columns.Select(static column => column.Name)).Except(Table.Key).Select(static name => $"{name} = excluded.{name}"))} WHERE t.revision < excluded.revision";

    /// <summary>
    /// Deletes the rows of lower revisions of objects: a later revision may lack rows and columns of the one before. $1 is the exchange, $2 the minutes, $3 their revisions,
    /// $4 and $5 the first and the last time.
    /// </summary>
    public string DeleteReplaced =>
        $"DELETE FROM {Table.Name} AS t USING unnest($2::timestamptz[], $3::integer[]) AS loaded (minute, revision) "
        + "WHERE t.exchange = $1 AND t.object_minute = loaded.minute AND t.revision < loaded.revision AND t.time >= $4 AND t.time <= $5";

    private string Names => Join(own.Concat(Columns.Select(static column => column.Name)));

    /// <summary>True when objects with these columns have this layout.</summary>
    public bool Fits(IEnumerable<DerivedColumn> columns) => Source.SequenceEqual(columns);

    private static string Cast(TableColumn column) => column.StagedType == column.Type ? column.Name : $"{column.Name}::{column.Type}";

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);
}
