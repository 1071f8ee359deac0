using System.Text.Json;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Compaction;

/// <summary>Splits derived rows into the values of their columns.</summary>
/// <param name="columns">The columns.</param>
internal sealed class RowColumns(IReadOnlyList<DerivedColumn> columns)
{
    private readonly Dictionary<string, int> places = columns.Select(static (column, place) => (column.Name, place)).ToDictionary(static one => one.Name, static one => one.place, StringComparer.Ordinal);

    /// <summary>The columns.</summary>
    public IReadOnlyList<DerivedColumn> Columns => columns;

    /// <summary>Parses a row: text and decimals as strings, integers as <see cref="long"/>, null where there is none.</summary>
    /// <exception cref="JsonException">The line is not a row of these columns.</exception>
    public void Read(ReadOnlySpan<byte> line, Span<object?> values)
    {
        values.Clear();
        var json = new Utf8JsonReader(line);
        json.Read();
        for (var expected = 0; json.Read() && json.TokenType == JsonTokenType.PropertyName; expected++)
        {
            var place = expected < columns.Count && json.ValueTextEquals(columns[expected].Name) ? expected
                : places.TryGetValue(json.GetString()!, out var found) ? found : throw new JsonException($"the column '{json.GetString()}' is not in the header");
            json.Read();
            values[place] = json.TokenType switch
            {
                JsonTokenType.Null => null,
                JsonTokenType.String when columns[place].Kind != ColumnKind.Integer => json.GetString(),
                JsonTokenType.Number when columns[place].Kind == ColumnKind.Integer => json.GetInt64(),
                _ => throw new JsonException($"the column '{columns[place].Name}' has a value of another type"),
            };
        }
    }
}
