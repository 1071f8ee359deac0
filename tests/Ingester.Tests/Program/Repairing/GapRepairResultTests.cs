using Ingester.Core.Markets;
using Ingester.Repairing;

namespace Ingester.Tests.Program.Repairing;

/// <summary>Results of REST and of published files.</summary>
public sealed class GapRepairResultTests
{
    private static readonly StreamId Stream = new(Dataset.Trades, "binance", "BTC-USDT");

    [Fact]
    public void Gap_that_a_file_closed_is_closed()
    {
        var combined = GapRepairResult.Combine([Gap("REST failed.") with { MayCloseLater = true }, Other(null)], [Gap(null) with { Files = ["a.zip"] }]);
        Assert.Equal([Other(null), Gap(null) with { Files = combined[1].Files }], combined);
    }

    [Fact]
    public void Gap_that_is_still_open_has_the_reasons_of_both_and_may_close_later_if_one_may()
    {
        var gap = Assert.Single(GapRepairResult.Combine([Gap("REST failed.") with { MayCloseLater = true }], [Gap("The file is wrong.")]));
        Assert.Equal(("REST failed. The file is wrong.", true), (gap.OpenReason, gap.MayCloseLater));
    }

    private static GapRepairResult Gap(string? reason) => new(Stream, new(5, 9), reason);

    private static GapRepairResult Other(string? reason) => new(Stream, new(20, 21), reason);
}
