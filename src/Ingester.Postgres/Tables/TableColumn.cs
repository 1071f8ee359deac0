using Ingester.Deriving.Rows;

namespace Ingester.Postgres.Tables;

/// <summary>A column of a table that is filled from a column of objects.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Kind">The type in objects.</param>
internal sealed record TableColumn(string Name, ColumnKind Kind)
{
    /// <summary>The column of a table for a column of objects.</summary>
    /// <exception cref="FormatException">The name cannot be a column.</exception>
    public static TableColumn Of(DerivedColumn column) => new(ColumnName.Of(column.Name), column.Kind);

    /// <summary>True for the start of the row, microseconds since 1970 UTC in objects.</summary>
    public bool IsTime => Name == "time";

    /// <summary>True for the JSON object that says why columns are null.</summary>
    public bool IsJson => Name == "nulls";

    /// <summary>The type in the table.</summary>
    public string Type => IsTime ? "timestamptz" : IsJson ? "jsonb" : Kind switch { ColumnKind.Integer => "bigint", ColumnKind.Number => "numeric", _ => "text" };

    /// <summary>The type while rows are staged: numbers are copied as text, with every digit.</summary>
    public string StagedType => IsJson || Kind == ColumnKind.Number ? "text" : Type;
}
