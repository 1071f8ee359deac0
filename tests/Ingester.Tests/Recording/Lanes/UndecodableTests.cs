using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Time;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>Rules U1 to U3 and T3 of <c>docs/proof.md</c>, with the frames of a real exchange.</summary>
public sealed class UndecodableTests : IDisposable
{
    private readonly TwoBookLane books = new("coinbase");

    [Fact]
    public void Frame_that_names_a_market_ends_the_proof_of_that_market_alone()
    {
        Record(at: 90, """{"type":"l2update","product_id":"BTC-USD","changes":[["buy","60.00","130"]],"time":"0001-01-01T00:00:00.000000Z"}""");
        Assert.Equal([1, 2, 3], books.WholeMinutes("ETH-USD"));
        Assert.Equal([2, 3], books.WholeMinutes("BTC-USD"));
        var gap = JsonDocument.Parse(Assert.Single(books.Output.Lines(Dataset.Gaps))).RootElement;
        Assert.Equal(("BTC-USD", "undecodable"), (gap.GetProperty("pair").GetString(), gap.GetProperty("cause").GetString()));
        Assert.InRange(Micros.From(TwoBookLane.Begin.AddSeconds(90)), gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64());
    }

    [Theory]
    [InlineData("""{"type":"l2update","product_id":"BTC-USD","changes":[["buy","60""")] // what is cut off may have named another market
    [InlineData("no JSON at all")]
    [InlineData("""{"type":"l2update","product_id":"BTC-USD","related":"ETH-USD"}""")]
    public void Frame_that_may_be_of_any_market_ends_the_proof_of_all(string frame)
    {
        Record(at: 90, frame);
        Assert.Equal([2, 3], books.WholeMinutes("ETH-USD"));
        Assert.Equal([2, 3], books.WholeMinutes("BTC-USD"));
        Assert.Equal(2, books.Output.Lines(Dataset.Gaps).Count());
    }

    [Fact]
    public void Flood_is_written_down_once_a_minute_and_no_window_of_it_is_whole()
    {
        Record(at: 70, "{", until: 100);
        Assert.Equal([3], books.WholeMinutes("BTC-USD"));
        Assert.Equal(2, books.Output.Lines(Dataset.Gaps).Count(line => line.Contains("BTC-USD", StringComparison.Ordinal)));
    }

    [Fact]
    public void While_dates_of_HTTP_answers_contradict_the_clock_nothing_is_whole()
    {
        using var contradicted = new TwoBookLane("coinbase") { DatesContradict = true };
        Record(contradicted, at: -1, "");
        Assert.Empty(contradicted.Output.Whole);
        Assert.DoesNotContain(contradicted.Output.Lines(Dataset.Coverage), line => line.Contains("\"quiet\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Whole_windows_have_the_grade_of_their_proof()
    {
        Record(at: -1, "");
        Assert.All(books.Output.Whole, whole => Assert.Equal(ProofGrade.Connection, whole.Segment.Grade));
        Assert.Equal([1, 2, 3], books.WholeMinutes("BTC-USD"));
    }

    public void Dispose() => books.Dispose();

    private void Record(int at, string frame, int? until = null) => Record(books, at, frame, until);

    /// <summary>Records a diff a second of each book, with frames that cannot be decoded between them.</summary>
    private static void Record(TwoBookLane lane, int at, string frame, int? until = null) => lane.Record(second =>
    {
        var time = TwoBookLane.Text(TwoBookLane.Begin.AddSeconds(second));
        var diffs = TwoBookLane.Symbols.Select(symbol => $$"""{"type":"l2update","product_id":"{{symbol}}","changes":[["buy","59.00","{{second}}"]],"time":"{{time}}"}""");
        return second >= at && second <= (until ?? at) ? [.. diffs, frame] : diffs;
    });
}
