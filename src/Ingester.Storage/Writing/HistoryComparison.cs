using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Storage.Writing;

/// <summary>
/// Compares the histories of two objects of one window (rule R2 of <c>docs/proof.md</c>). Trades are compared as a multiset of rows. A book is
/// compared per side and price as a sequence of sizes, as exact text; the times of diffs and the grouping of levels into diffs are ignored. The
/// rows of both objects are added alternately, so that memory holds only the rows that one object is ahead of the other.
/// </summary>
/// <param name="dataset">The dataset of the rows.</param>
/// <param name="sameFormat">
/// True if both objects have the same version of the row format; otherwise only the fields common to all versions are compared.
/// </param>
internal sealed class HistoryComparison(Dataset dataset, bool sameFormat)
{
    /// <summary>Maximum number of entries of one side without counterpart. More cannot be a mere regrouping; the limit bounds the memory.</summary>
    public const int MaxPending = 1 << 20;

    private const int MaxNumberLength = 128;

    private readonly Dictionary<string, PendingSizes> pendingByPrice = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> tradeBalance = new(StringComparer.Ordinal); // count in the stored object minus count in the own object
    private int pending;

    /// <summary>True when the histories differ, whatever rows are added later.</summary>
    public bool Differs { get; private set; }

    /// <summary>True when all rows of both objects were added and the histories are equal.</summary>
    public bool AreEqual => !Differs && pending == 0;

    /// <summary>Adds the next row of one object.</summary>
    /// <exception cref="JsonException">The row is not a valid row of the dataset.</exception>
    public void Add(HistorySide side, ReadOnlySpan<byte> row)
    {
        if (dataset == Dataset.Depth)
            AddDiff(side, row);
        else
            AddTrade(side, sameFormat ? Encoding.UTF8.GetString(row) : CommonFields(row));
        Differs |= pending > MaxPending;
    }

    private void AddTrade(HistorySide side, string text)
    {
        var step = side == HistorySide.Stored ? 1 : -1;
        var count = tradeBalance.GetValueOrDefault(text) + step;
        if (count == 0)
            tradeBalance.Remove(text);
        else
            tradeBalance[text] = count;
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
            throw new JsonException("a depth row must have bids and asks");
    }

    private int AddLevels(HistorySide side, ref Utf8JsonReader json, char bookSide)
    {
        Span<char> price = stackalloc char[MaxNumberLength + 1];
        Span<char> size = stackalloc char[MaxNumberLength];
        price[0] = bookSide;
        Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            var priceEnd = 1 + ReadNumber(ref json, price[1..]);
            var sizeEnd = ReadNumber(ref json, size);
            Expect(ref json, JsonTokenType.EndArray);
            AddSize(side, price[..priceEnd], size[..sizeEnd]);
        }

        return json.TokenType == JsonTokenType.EndArray ? 1 : throw new JsonException("a book level is not an array");
    }

    private void AddSize(HistorySide side, ReadOnlySpan<char> price, ReadOnlySpan<char> size)
    {
        var byPrice = pendingByPrice.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!byPrice.TryGetValue(price, out var level))
            byPrice[price] = level = new(side);
        if (level.LeadingSide == side)
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

    /// <summary>The fields of a trade that exist in every version of the row format.</summary>
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
                throw new JsonException("the row ends within a field");
            if (counts)
                text.Append(Encoding.UTF8.GetString(json.ValueSpan)).Append('\n');
            json.Skip();
        }

        return json.TokenType == JsonTokenType.EndObject ? text.ToString() : throw new JsonException("the row has no closing brace");
    }

    private static int ReadNumber(ref Utf8JsonReader json, scoped Span<char> target)
    {
        Expect(ref json, JsonTokenType.String);
        return json.ValueSpan.Length <= MaxNumberLength ? json.CopyString(target) : throw new JsonException($"a number has more than {MaxNumberLength} characters");
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType token)
    {
        if (!json.Read() || json.TokenType != token)
            throw new JsonException($"{token} is missing");
    }

    /// <summary>Sizes of one price that were added for one object and not yet for the other.</summary>
    private sealed class PendingSizes(HistorySide ahead)
    {
        public HistorySide LeadingSide => ahead;

        public Queue<string> Sizes { get; } = new(1);
    }
}
