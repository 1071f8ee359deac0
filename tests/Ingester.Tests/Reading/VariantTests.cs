using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using static Ingester.Testing.Stores.StoredText;
using Market = Ingester.Testing.Stores.Market;

namespace Ingester.Tests.Reading;

/// <summary>A window of which replicas stored different whole rows: the rows of one are followed, and those of the others can be returned with a label.</summary>
public sealed class VariantTests
{
    private const long T0 = GeneratedStore.T0;

    private static readonly Market Depth = new("depth", "coinbase", "BTC-USD", Numbered: false);

    private readonly MemoryStore store = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_with_more_levels_are_followed_wherever_they_are_stored(bool areMoreInVariant)
    {
        string[] more = [Row(1, "5"), Row(2, "6"), Row(3, "7")], fewer = [Row(1, "5"), Row(3, "7")];
        var (first, second) = areMoreInVariant ? (fewer, more) : (more, fewer);
        Store(0, first, second);
        Store(1, [Row(Minute + 1, "8")]);
        Assert.Equal([.. more, Row(Minute + 1, "8")], (await ReadAsync(variants: false)).Of(MarketEventKind.Row).Select(found => found.Text()));

        var rows = (await ReadAsync(variants: true)).Of(MarketEventKind.Row).ToList();
        Assert.Equal(
            [.. more.Select(row => (row, Label(more), false)), .. fewer.Select(row => (row, Label(fewer), true)), (Row(Minute + 1, "8"), null, false)],
            rows.Select(found => (found.Text(), found.Variant, found.IsAlternative)));
    }

    [Fact]
    public async Task Of_rows_with_as_many_levels_those_with_the_lower_hash_are_followed()
    {
        string[] one = [Row(1, "5")], other = [Row(1, "6")];
        Store(0, one, other);
        var followed = string.CompareOrdinal(Label(one), Label(other)) < 0 ? one : other;
        Assert.Equal(followed, (await ReadAsync(variants: false)).Of(MarketEventKind.Row).Select(found => found.Text()));
    }

    private static string Row(long after, string size) => $$"""{"ts":{{T0 + after}},"bids":[["1","{{size}}"]],"asks":[]}""";

    private static string Text(string[] rows) => string.Concat(rows.Select(row => row + "\n"));

    private static string? Label(string[] rows) => Hash(Text(rows))[..16];

    /// <summary>Stores a whole window; the rows that come second are stored as a variant.</summary>
    private void Store(int minute, params string[][] histories)
    {
        var key = StoredText.Segment(Depth, T0 + minute * Minute, 1, whole: true, "");
        foreach (var rows in histories)
            store.Forge(rows == histories[0] ? key : $"variants/{key[..^".json.gz".Length]}_{Label(rows)}.json.gz", Pack(Text(rows)), new ObjectMetadata(Hash(Text(rows)), rows.Length, "2"));
    }

    private async Task<List<MarketEvent>> ReadAsync(bool variants)
    {
        using var archive = new MarketArchive(store, "");
        var events = new List<MarketEvent>();
        await foreach (var found in archive.ReadEventsAsync(new StreamId(Dataset.Depth, Depth.Exchange, Depth.Pair), Micros.ToDateTime(T0), Micros.ToDateTime(T0 + 2 * Minute), variants))
            events.Add(found);
        return events;
    }
}
