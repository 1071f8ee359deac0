namespace Ingester.Deriving.Rows;

/// <summary>A column of derived rows.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">The type.</param>
internal sealed record DerivedColumn(string Name, ColumnKind Kind);
