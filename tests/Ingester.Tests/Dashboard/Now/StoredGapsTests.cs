using Ingester.Core.Markets;
using Ingester.Core.Status;
using Ingester.Core.Time;
using Ingester.Dashboard.Now;
using Ingester.Reading.Auditing;
using Ingester.Tests.Core.Status;

namespace Ingester.Tests.Dashboard.Now;

/// <summary>When the store proves that a gap of one recorder is closed.</summary>
public sealed class StoredGapsTests
{
    private static readonly GapState Gap = SampleStates.Gap();
    private static readonly Window Minute = Window.Containing(Gap.From, 1);

    [Theory]
    [InlineData(WindowVerdict.Complete, true)]
    [InlineData(WindowVerdict.Quiet, true)]
    [InlineData(WindowVerdict.Disputed, false)]
    [InlineData(WindowVerdict.Partial, false)]
    [InlineData(WindowVerdict.Missing, false)]
    public void Gap_is_closed_if_its_windows_are_proven(WindowVerdict verdict, bool isClosed) =>
        Assert.Equal(isClosed, StoredGaps.IsClosed(Audit([new(Minute, verdict, IsWhole: true)]), Gap));

    [Fact]
    public void Windows_that_are_not_known_prove_nothing()
    {
        Assert.False(StoredGaps.IsClosed(Audit([]), Gap));
        Assert.False(StoredGaps.IsClosed(Audit([new(Minute, WindowVerdict.Complete, IsWhole: true)]), Gap with { To = Minute.EndMicros + 1 }));
    }

    [Fact]
    public void Missing_ids_and_reported_gaps_keep_it_open()
    {
        var whole = Audit([new(Minute, WindowVerdict.Complete, IsWhole: true)]);
        Assert.False(StoredGaps.IsClosed(whole with { MissingRanges = [new(new(164, 170), Gap.From, Gap.To, [])] }, Gap));
        Assert.True(StoredGaps.IsClosed(whole with { MissingRanges = [new(new(165, 170), Gap.From, Gap.To, [])] }, Gap));
        Assert.False(StoredGaps.IsClosed(whole with { OpenGaps = [new("a", "disconnect", null, Gap.From, Gap.To)] }, Gap));
    }

    private static StreamAudit Audit(IReadOnlyList<WindowAudit> windows) => new()
    {
        Stream = new(Dataset.Trades, "binance", "BTC-USDT"),
        Windows = windows,
        MissingRanges = [],
        ClosedGaps = [],
        ReplicaMessages = 0,
        ReplicaGaps = 0,
        Messages = 0,
        Gaps = 0,
    };
}
