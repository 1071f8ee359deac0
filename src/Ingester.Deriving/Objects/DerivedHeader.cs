using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Objects;

/// <summary>The first line of a minute object. It has no field <c>pair</c>, so a query can exclude it.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Inputs">The hash of what the rows are made from: keys of objects, verdicts and settings, 64 hex digits.</param>
/// <param name="InputCount">Number of these objects.</param>
/// <param name="Columns">Name and type (text, integer, number) of each column, in order.</param>
internal sealed record DerivedHeader(
    [property: JsonPropertyName("header")] string Dataset, int Revision, string Inputs, int InputCount, IReadOnlyList<string[]> Columns)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The columns.</summary>
    [JsonIgnore]
    public IEnumerable<DerivedColumn> ParsedColumns => Columns.Select(static column => new DerivedColumn(column[0], Enum.Parse<ColumnKind>(column[1], ignoreCase: true)));

    /// <summary>Describes columns for a header.</summary>
    public static IReadOnlyList<string[]> Describe(IEnumerable<DerivedColumn> columns) => [.. columns.Select(static column => new[] { column.Name, column.Kind.ToString().ToLowerInvariant() })];

    /// <summary>The line, without the line feed.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Format);

    /// <summary>Parses a line.</summary>
    /// <exception cref="JsonException">The line is not a header.</exception>
    public static DerivedHeader Read(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize<DerivedHeader>(line, Format) is { Dataset: not null, Inputs: not null, Columns: not null } header ? header : throw new JsonException("the first line is not a header of derived rows");
}
