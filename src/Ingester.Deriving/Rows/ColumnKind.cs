namespace Ingester.Deriving.Rows;

/// <summary>The type of a column of derived rows.</summary>
internal enum ColumnKind : byte
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A 64-bit integer. Times are microseconds since 1970 UTC.</summary>
    Integer,

    /// <summary>An exact decimal, as text in JSON and Avro.</summary>
    Number,
}
