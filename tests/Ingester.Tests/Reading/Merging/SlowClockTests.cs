using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using static Ingester.Testing.Stores.StoredText;
using Market = Ingester.Testing.Stores.Market;

namespace Ingester.Tests.Reading.Merging;

/// <summary>A replica whose clock was three hours slow stored a trade in a window before its time. Each period returns it once, in its own window if that is in the period.</summary>
public sealed class SlowClockTests
{
    private const long T0 = GeneratedStore.T0;
    private const long Hour = 60 * Minute;
    private const long Time = T0 + 3 * Hour;

    private static readonly Market Trades = new("trades", "binance", "BTC-USDT", Numbered: true);

    private readonly MemoryStore store = new();

    public SlowClockTests() => Fragment(T0, 0, 1, Trade(1, mark: ",\"time\":\"implausible\""));

    [Fact]
    public async Task Period_between_the_windows_returns_the_trade()
    {
        Fragment(Time, 0, 3, Trade(1), Trade(2), Trade(3));
        Assert.Equal([Trade(1), Trade(2), Trade(3)], await ReadAsync(T0 + Hour));
        Assert.Equal([Trade(1), Trade(2), Trade(3)], await ReadAsync(Time));
        Assert.Equal(3, (await ReadAsync(T0)).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task Trade_that_the_period_has_twice_is_returned_once(int minutes)
    {
        Fragment(Time, 0, 3, Trade(1), Trade(2), Trade(3));
        Fragment(Time + minutes * Minute, 0, 1, Trade(1));
        Assert.Equal([Trade(1), Trade(2), Trade(3)], (await ReadAsync(T0 + Hour)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Trade_of_which_the_period_has_two_contents_is_returned_with_both()
    {
        Fragment(Time, 0, 3, Trade(1), Trade(2), Trade(3));
        Fragment(Time, 0, 1, Trade(1, price: "9"));
        Assert.Equal(new[] { Trade(1), Trade(1, price: "9"), Trade(2), Trade(3) }.Order(StringComparer.Ordinal), (await ReadAsync(T0 + Hour)).Order(StringComparer.Ordinal));
    }

    private static string Trade(int id, string price = "1.5", string mark = "") => $$"""{"id":"{{id}}","ts":{{Time + id}},"side":"buy","price":"{{price}}","size":"1"{{mark}}}""";

    private void Fragment(long start, int after, int upTo, params string[] rows)
    {
        var text = string.Concat(rows.Select(row => row + "\n"));
        store.Forge(StoredText.Segment(Trades, start, 1, whole: false, $"_{after}_{upTo}"), Pack(text), new ObjectMetadata(Hash(text), rows.Length, "2"));
    }

    /// <summary>The rows from a time on, also those that contradict another row.</summary>
    private async Task<List<string>> ReadAsync(long from)
    {
        using var archive = new MarketArchive(store, "");
        var rows = new List<string>();
        await foreach (var found in archive.ReadEventsAsync(new StreamId(Dataset.Trades, "binance", "BTC-USDT"), Micros.ToDateTime(from), Micros.ToDateTime(T0 + 4 * Hour)))
            if (found.Kind is MarketEventKind.Row or MarketEventKind.Conflict)
                rows.Add(Encoding.UTF8.GetString(found.Row.Span));
        return rows;
    }
}
