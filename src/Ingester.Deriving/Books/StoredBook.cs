using System.Text.Json;
using Ingester.Reading.Books;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Books;

/// <summary>A stored snapshot.</summary>
/// <param name="Micros">Its exchange time, microseconds UTC.</param>
/// <param name="UpTo">The last id that it contains; null when the exchange has no sequence ids.</param>
/// <param name="Row">Its levels.</param>
internal sealed record StoredBook(long Micros, long? UpTo, BookRow Row)
{
    /// <summary>Parses a stored row.</summary>
    /// <exception cref="JsonException">The row is not a snapshot.</exception>
    public static StoredBook Read(in LoadedRow row) => new(row.Micros, row.Range?.UpTo, BookRow.Read(row.Line));
}
