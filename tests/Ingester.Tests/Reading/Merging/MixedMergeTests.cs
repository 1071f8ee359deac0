using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading.Merging;

/// <summary>Streams with ids of which some events have none (rule S13).</summary>
public sealed class MixedMergeTests
{
    private static readonly StreamId Stream = new(Dataset.Depth, "okx", "BTC-USDT");

    private readonly MemoryStore store = new();

    [Fact]
    public async Task Stream_without_any_id_is_read_in_its_order_and_gives_the_book()
    {
        Record(hasId: static _ => false, snapshotId: null);
        var events = await Archives.ReadAsync(store, Stream);
        Assert.Equal(Enumerable.Range(0, 400).Select(second => T0 + second * Second), events.Of(MarketEventKind.Row).Select(found => found.Micros));
        Assert.Empty(events.Of(MarketEventKind.Gap));
        Assert.Equal(("10x350", BookProof.Unproven), await BookAsync(350));
    }

    [Fact]
    public async Task Rows_without_ids_follow_the_rows_with_ids_of_their_window()
    {
        Record(hasId: static second => second is < 130 or > 131, snapshotId: 0);
        var events = await Archives.ReadAsync(store, Stream);
        var seconds = events.Of(MarketEventKind.Row).Select(found => (int)((found.Micros - T0) / Second)).ToList();
        Assert.Equal([.. Enumerable.Range(0, 130), .. Enumerable.Range(132, 48), 130, 131, .. Enumerable.Range(180, 220)], seconds);
        Assert.Empty(events.Of(MarketEventKind.Gap));
    }

    [Fact]
    public async Task Window_with_a_row_without_ids_is_not_complete()
    {
        Record(hasId: static second => second != 130, snapshotId: 0);
        using var archive = new MarketArchive(store, "");
        var report = await archive.AuditAsync(new() { From = Archives.Begin, To = Archives.Begin.AddMinutes(6), Exchanges = [Stream.Exchange] });
        Assert.Equal(
            [WindowVerdict.Partial, WindowVerdict.Complete, WindowVerdict.Partial, WindowVerdict.Complete, WindowVerdict.Complete, WindowVerdict.Complete],
            Assert.Single(report.Streams, audit => audit.Stream == Stream).Windows.Select(window => window.Verdict));
    }

    [Fact]
    public async Task Book_is_not_known_after_a_row_without_ids()
    {
        Record(hasId: static second => second != 130, snapshotId: 0);
        Assert.Equal(("10x100", BookProof.Proven), await BookAsync(100));
        Assert.Equal(BookProof.Unknown, (await BookAsync(200)).Proof);
    }

    /// <summary>A diff each second, a snapshot before the first.</summary>
    private void Record(Func<int, bool> hasId, long? snapshotId)
    {
        using var replica = new Replica(store, "a", Stream);
        replica.ConnectAt(T0);
        replica.Book(T0, snapshotId, """[["10","0"]]""", "[]");
        long id = 0;
        for (var second = 0; second < 400; second++)
            replica.Depth(T0 + second * Second, hasId(second) ? SequenceRange.One(++id) : null, $"""[["10","{second}"]]""");
        replica.Close();
    }

    private async Task<(string Best, BookProof Proof)> BookAsync(int second)
    {
        using var archive = new MarketArchive(store, "");
        var book = await archive.GetBookAsync(Stream.Exchange, Stream.Market, Micros.ToDateTime(T0 + second * Second));
        return (string.Join(' ', book.Bids.Select(level => $"{level.Price}x{level.Size}")), book.Proof);
    }
}
