using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Recording.Snapshots;
using Ingester.Testing;

namespace Ingester.Tests.Core.Books;

/// <summary>The exchanges' own proofs hold on the books that are rebuilt from real recordings.</summary>
public sealed class RecordedBookTests
{
    [Fact]
    public void Every_checksum_of_the_recordings_holds_at_the_precision_of_the_pair()
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var profile = ExchangeCatalog.Find("kraken")!.Profile.Book;
        var recording = Assert.Single(Corpus.Recordings("kraken"), known => known.Name.Contains("v2-book", StringComparison.Ordinal));
        var decoder = ExchangeCatalog.Find("kraken")!.CreateDecoder();
        var keeper = new Keeper(profile);
        var checksum = new BookChecksum(PriceDecimals: 1, SizeDecimals: 8);
        var checks = 0;
        foreach (var frame in recording.Frames())
        {
            decoder.Decode(frame, keeper);
            Assert.Equal(Checksum(frame), checksum.Compute(keeper.Book));
            Assert.False(keeper.Book.IsCrossed);
            checks++;
        }

        Assert.Equal(341, checks);
    }

    [Theory]
    [InlineData("binance", 19)]
    [InlineData("binance-us", 14)]
    [InlineData("binance-futures", 12)]
    public void Every_recorded_book_joins_the_recorded_changes(string name, int books)
    {
        Assert.SkipUnless(Corpus.TryFind(out var root), Corpus.Absent);
        var profile = ExchangeCatalog.Find(name)!.Profile.Book;
        var joined = 0;
        foreach (var recording in Corpus.Recordings(name))
        {
            var stem = Path.Combine(root, name, recording.Name + ".rest.tsv");
            var rest = new[] { stem, stem + ".gz" }.FirstOrDefault(File.Exists);
            if (rest is null)
                continue;
            var decoder = ExchangeCatalog.Find(name)!.CreateDecoder();
            var changes = new Changes();
            foreach (var frame in recording.Frames())
                decoder.Decode(frame, changes);
            foreach (var (symbol, upTo) in Books(rest, profile.SnapshotEndpoint!))
            {
                joined++;
                var ranges = changes.BySymbol[symbol];
                var run = new SnapshotJoin();
                ranges.ForEach(range => run.Append(range, micros: 0));
                Assert.Equal(ranges[^1].UpTo < upTo ? SnapshotFit.Ahead : SnapshotFit.Joinable, run.Judge(upTo));
                var first = ranges.FirstOrDefault(range => profile.IsApplicable(range, upTo));
                var newest = first == default && ranges[^1].UpTo <= upTo; // a quiet market
                Assert.True(newest || BookProfile.IsContiguous(first, upTo), $"{recording.Name} {symbol}: {upTo} does not join {first}");
            }
        }

        Assert.Equal(books, joined);
    }

    private static IEnumerable<(string Symbol, long UpTo)> Books(string rest, SnapshotEndpoint source)
    {
        foreach (var line in Corpus.Lines(rest))
        {
            if (line.Split('\t', 3) is not [_, var url, var body] || !url.Contains("depth", StringComparison.Ordinal))
                continue;
            var symbol = Uri.TryCreate(url, UriKind.Absolute, out var address)
                ? System.Web.HttpUtility.ParseQueryString(address.Query)["symbol"]!
                : "BTCUSDT"; // the recordings whose source kept no address are of this market alone
            yield return (symbol, source.Parse(System.Text.Encoding.UTF8.GetBytes(body)).LastId);
        }
    }

    private static uint Checksum(byte[] frame) =>
        JsonDocument.Parse(frame).RootElement.GetProperty("data")[0].GetProperty("checksum").GetUInt32();

    private sealed class Keeper(BookProfile profile) : IEventSink
    {
        public OrderBook Book { get; } = new();

        void IEventSink.OnTrade(in TradeEvent trade)
        {
        }

        void IEventSink.OnDiff(in DepthEvent diff) => Book.ApplyDiff(diff.Bids, diff.Asks);

        void IEventSink.OnSnapshot(in DepthEvent book)
        {
            Book.LoadSnapshot(book.Bids, book.Asks, book.SnapshotLevels);
            Book.DepthLimit = profile.MaintainedDepth(Book.Bids.Count, Book.Asks.Count);
        }

        void IEventSink.OnNotice(in Notice notice)
        {
        }
    }

    private sealed class Changes : IEventSink
    {
        public Dictionary<string, List<SequenceRange>> BySymbol { get; } = new(StringComparer.Ordinal);

        void IEventSink.OnTrade(in TradeEvent trade)
        {
        }

        void IEventSink.OnDiff(in DepthEvent diff)
        {
            var symbol = System.Text.Encoding.UTF8.GetString(diff.Symbol);
            if (!BySymbol.TryGetValue(symbol, out var ranges))
                BySymbol.Add(symbol, ranges = []);
            ranges.Add(diff.Range!.Value);
        }

        void IEventSink.OnSnapshot(in DepthEvent book)
        {
        }

        void IEventSink.OnNotice(in Notice notice)
        {
        }
    }
}
