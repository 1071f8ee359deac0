using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Storage.Writing;

/// <summary>Which of two objects a row is from.</summary>
internal enum HistorySide : byte
{
    /// <summary>The object that the store has.</summary>
    Stored,

    /// <summary>The object that this replica would have written.</summary>
    Own,
}

/// <summary>
/// Compares what two objects of one window say happened (rule R2 of <c>docs/proof.md</c>). Trades are a multiset of rows. A book is, per side and price, the
/// sequence of sizes as exact text: how changes are grouped into diffs and the times of diffs do not count. Both sides are given row by row in turns, so that
/// only what one of them is ahead of the other is in memory.
/// </summary>
/// <param name="dataset">What the rows are.</param>
/// <param name="sameFormat">True when both were written in one version of the row format; otherwise only the fields that all versions have are compared.</param>
internal sealed class HistoryComparison(Dataset dataset, bool sameFormat)
{
    /// <summary>More entries than that of one side without their counterpart are no regrouping; it bounds the memory.</summary>
    public const int MostPending = 1 << 20;

    private const int LongestNumber = 128;

    private readonly Dictionary<string, Level> levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> trades = new(StringComparer.Ordinal); // how often more in the stored object than in the own one
    private int pending;

    /// <summary>True when the histories differ, whatever follows.</summary>
    public bool Differs { get; private set; }

    /// <summary>True when both histories were given completely and are equal.</summary>
    public bool AreEqual => !Differs && pending == 0;

    /// <summary>Adds the next row of one side.</summary>
    /// <exception cref="JsonException">It is no row of the dataset.</exception>
    public void Add(HistorySide side, ReadOnlySpan<byte> row)
    {
        if (dataset == Dataset.Depth)
            AddDiff(side, row);
        else
            AddTrade(side, sameFormat ? Encoding.UTF8.GetString(row) : CommonFields(row));
        Differs |= pending > MostPending;
    }

    private void AddTrade(HistorySide side, string text)
    {
        var step = side == HistorySide.Stored ? 1 : -1;
        var count = trades.GetValueOrDefault(text) + step;
        if (count == 0)
            trades.Remove(text);
        else
            trades[text] = count;
        pending += Math.Abs(count) > Math.Abs(count - step) ? 1 : -1;
    }

    private void AddDiff(HistorySide side, ReadOnlySpan<byte> row)
    {
        var json = new Utf8JsonReader(row);
        Expect(ref json, JsonTokenType.StartObject);
        var sides = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (json.ValueTextEquals("bids"u8))
                sides += AddLevels(side, ref json, 'b');
            else if (json.ValueTextEquals("asks"u8))
                sides += AddLevels(side, ref json, 'a');
            else
                json.Skip();
        if (sides != 2 || json.TokenType != JsonTokenType.EndObject)
            throw new JsonException("a row of depth has bids and asks");
    }

    private int AddLevels(HistorySide side, ref Utf8JsonReader json, char bookSide)
    {
        Span<char> price = stackalloc char[LongestNumber + 1];
        Span<char> size = stackalloc char[LongestNumber];
        price[0] = bookSide;
        Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            var priceEnd = 1 + Text(ref json, price[1..]);
            var sizeEnd = Text(ref json, size);
            Expect(ref json, JsonTokenType.EndArray);
            AddSize(side, price[..priceEnd], size[..sizeEnd]);
        }

        return json.TokenType == JsonTokenType.EndArray ? 1 : throw new JsonException("a level of a book is no array");
    }

    private void AddSize(HistorySide side, ReadOnlySpan<char> price, ReadOnlySpan<char> size)
    {
        var byPrice = levels.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!byPrice.TryGetValue(price, out var level))
            byPrice[price] = level = new(side);
        if (level.Ahead == side)
        {
            level.Sizes.Enqueue(size.ToString());
            pending++;
            return;
        }

        Differs |= !size.SequenceEqual(level.Sizes.Dequeue());
        pending--;
        if (level.Sizes.Count == 0)
            byPrice.Remove(price);
    }

    /// <summary>The fields that a trade has in every version of the row format.</summary>
    private static string CommonFields(ReadOnlySpan<byte> row)
    {
        var text = new StringBuilder();
        var json = new Utf8JsonReader(row);
        Expect(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var counts = json.ValueTextEquals("id"u8) || json.ValueTextEquals("ts"u8) || json.ValueTextEquals("side"u8) || json.ValueTextEquals("price"u8) || json.ValueTextEquals("size"u8);
            if (counts)
                text.Append(json.GetString()).Append('=');
            if (!json.Read())
                throw new JsonException("a row ends within a field");
            if (counts)
                text.Append(Encoding.UTF8.GetString(json.ValueSpan)).Append('\n');
            json.Skip();
        }

        return json.TokenType == JsonTokenType.EndObject ? text.ToString() : throw new JsonException("a row has no end");
    }

    private static int Text(ref Utf8JsonReader json, scoped Span<char> target)
    {
        Expect(ref json, JsonTokenType.String);
        return json.ValueSpan.Length <= LongestNumber ? json.CopyString(target) : throw new JsonException($"a number has more than {LongestNumber} characters");
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType token)
    {
        if (!json.Read() || json.TokenType != token)
            throw new JsonException($"{token} is missing");
    }

    /// <summary>The sizes of one price that one side has told and the other has not yet.</summary>
    private sealed class Level(HistorySide ahead)
    {
        public HistorySide Ahead => ahead;

        public Queue<string> Sizes { get; } = new(1);
    }
}
