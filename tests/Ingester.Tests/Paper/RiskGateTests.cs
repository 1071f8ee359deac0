using Ingester.Paper.Risk;

namespace Ingester.Tests.Paper;

/// <summary>The risk gate: every refusal is reached, and nothing else refuses.</summary>
public sealed class RiskGateTests
{
    private const long Second = 1_000_000;
    private const long Now = 1_000_000 * Second;

    private static readonly RiskOptions Options = new() { KillFile = "stop" };

    private static readonly RiskRequest Good = new()
    {
        Micros = Now,
        Action = TradeAction.Buy,
        Amount = 1_000,
        Confidence = 0.8m,
        Position = 0,
        Cash = 50_000,
        DayLoss = 0,
        LastOrderMicros = Now - 7_200 * Second,
        LastBookMicros = Now - Second,
        LastTradeMicros = Now - 60 * Second,
        IsBookProven = true,
        HasOpenGap = false,
        SpreadBps = 5,
        IsKilled = false,
    };

    public static TheoryData<string> Reasons => [.. Enum.GetNames<RiskReason>()];

    [Fact]
    public void Order_within_all_limits_is_approved_with_the_score_of_the_table()
    {
        var verdict = new RiskGate(Options).Judge(Good);
        Assert.True(verdict.IsApproved);
        Assert.Equal((0.1m + 0 + 0.2m + 0.1m) / 4, verdict.Score); // 1000 of 10,000; no loss; 1 − 0.8; 5 of 50 basis points
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_violated_limit_is_one_refusal(string name)
    {
        var reason = Enum.Parse<RiskReason>(name);
        var verdict = new RiskGate(reason == RiskReason.RiskThreshold ? new() { Threshold = 0.09m } : Options).Judge(Violate(reason));
        var refusal = Assert.Single(verdict.Refusals);
        Assert.Equal(reason, refusal.Reason);
        Assert.EndsWith(".", refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_violated_limits_are_all_named()
    {
        var verdict = new RiskGate(Options).Judge(Good with { IsKilled = true, HasOpenGap = true, IsBookProven = false, SpreadBps = null });
        Assert.Equal([RiskReason.KillFile, RiskReason.BookNotProven, RiskReason.OpenGap], verdict.Refusals.Select(static refusal => refusal.Reason));
    }

    [Fact]
    public void Stream_without_any_event_is_stale()
    {
        var verdict = new RiskGate(Options).Judge(Good with { LastBookMicros = null, LastTradeMicros = null });
        Assert.Equal(2, verdict.Refusals.Count(static refusal => refusal.Reason == RiskReason.StaleData));
    }

    [Fact]
    public void Sale_of_a_large_position_is_approved() =>
        Assert.True(new RiskGate(Options).Judge(Good with { Action = TradeAction.Sell, Position = 11_500, Cash = 0 }).IsApproved);

    [Fact]
    public void Nothing_to_sell_is_a_refusal() =>
        Assert.Equal(RiskReason.NoFunds, Assert.Single(new RiskGate(Options).Judge(Good with { Action = TradeAction.Sell, Amount = 0 }).Refusals).Reason);

    private static RiskRequest Violate(RiskReason reason) => reason switch
    {
        RiskReason.KillFile => Good with { IsKilled = true },
        RiskReason.MaxAmount => Good with { Amount = 1_000.01m },
        RiskReason.RiskThreshold => Good,
        RiskReason.MaxPosition => Good with { Position = 9_000.01m },
        RiskReason.DailyLoss => Good with { DayLoss = 500 },
        RiskReason.CoolDown => Good with { Micros = 3_600 * Second * 300, LastOrderMicros = 3_600 * Second * 300 - 599 * Second, LastBookMicros = 3_600 * Second * 300, LastTradeMicros = 3_600 * Second * 300 },
        RiskReason.OrderWindow => Good with { Micros = 3_600 * Second * 300 + 700 * Second, LastOrderMicros = 3_600 * Second * 300, LastBookMicros = 3_600 * Second * 300 + 700 * Second, LastTradeMicros = 3_600 * Second * 300 + 700 * Second },
        RiskReason.StaleData => Good with { LastTradeMicros = Now - 60 * Second - 1 },
        RiskReason.BookNotProven => Good with { IsBookProven = false },
        RiskReason.OpenGap => Good with { HasOpenGap = true },
        RiskReason.NoFunds => Good with { Cash = 999.99m },
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "It has no case."),
    };
}
