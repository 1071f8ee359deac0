using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>Books whose diffs have ids that only grow: a following id proves nothing, so only the windows and the reported gaps decide.</summary>
public sealed class UnchainedBookAtTests
{
    private static readonly StreamId Stream = new(Dataset.Depth, "bitstamp", "BTC-USD");

    private readonly MemoryStore store = new();

    [Fact]
    public async Task Book_of_whole_windows_has_the_diffs_after_its_snapshot()
    {
        Record(static (_, _) => { });
        var answer = await AtAsync(second: 200);
        Assert.Equal(("10x200", BookProof.Unproven), (Text(answer), answer.Proof)); // the minute of the snapshot has begun before it
        Assert.Contains("1 windows", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(390)]
    public async Task Book_across_a_disconnection_is_not_known_although_a_later_diff_is_stored(int second)
    {
        Record(static (replica, second) =>
        {
            if (second != 150)
                return;
            replica.Lose();
            replica.TickAt(T0 + 151 * Second);
            replica.Connect();
        }, missing: 151);
        var answer = await AtAsync(second);
        Assert.NotEqual(BookProof.Proven, answer.Proof);
        Assert.Equal(BookProof.Unknown, answer.Proof);
        Assert.Contains("(disconnect)", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(BookProof.Unproven, (await AtAsync(second: 140)).Proof);
    }

    [Fact]
    public async Task Crossed_book_that_a_replica_reports_makes_the_book_unknown_from_its_snapshot_on()
    {
        Record(static (replica, second) =>
        {
            if (second == 190)
                replica.Gap(T0 + 20 * Second, T0 + 190 * Second, GapCause.Crossed);
        });
        var answer = await AtAsync(second: 200);
        Assert.Equal(BookProof.Unknown, answer.Proof);
        Assert.Contains("(crossed)", answer.Reason, StringComparison.Ordinal);
    }

    /// <summary>A diff each second from 20 to 400, a snapshot with the first.</summary>
    private void Record(Action<Replica, int> after, int? missing = null)
    {
        using var replica = new Replica(store, "a", Stream, SequenceKind.Monotonic);
        replica.ConnectAt(T0 + 20 * Second);
        for (var second = 20; second <= 400; second++)
        {
            var micros = T0 + second * Second;
            if (second != missing)
                replica.Depth(micros, SequenceRange.One(micros), $"""[["10","{second}"]]""");
            if (second == 20)
                replica.Book(micros, micros, """[["10","20"]]""", "[]");
            replica.TickAt(micros);
            after(replica, second);
        }

        replica.Close();
    }

    private Task<BookResult> AtAsync(int second) => new MarketArchive(store, "").GetBookAsync(Stream.Exchange, Stream.Market, Micros.ToDateTime(T0 + second * Second));

    private static string Text(BookResult answer) => string.Join(' ', answer.Bids.Select(level => $"{level.Price}x{level.Size}"));
}
