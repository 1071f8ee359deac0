using Ingester.Paper.Execution;
using Ingester.Paper.Orders;

namespace Ingester.Tests.Paper.Execution;

/// <summary>A market without defects except one gap: the events of one stream between two times are missing.</summary>
/// <param name="rig">The simulator.</param>
/// <param name="stream">The stream with the gap.</param>
/// <param name="isLate">True if the gap is passed at its end.</param>
/// <param name="length">Its length, microseconds.</param>
internal sealed class PlantedGap(ExecutionRig rig, MarketStream stream, bool isLate, int length)
{
    private long micros = 1;

    /// <summary>Time of the last event before the gap.</summary>
    public long From { get; private set; }

    /// <summary>Time of the first event after the gap.</summary>
    public long To { get; private set; }

    /// <summary>Time from which the book is known again.</summary>
    public long KnownMicros { get; private set; }

    public void Run(Step[] before, Step[] after)
    {
        rig.Start(micros);
        foreach (var step in before)
            Run(step, isMissing: false);
        From = micros;
        if (stream == MarketStream.Trades)
            rig.Trade(micros, OrderSide.Buy, 101, 1);
        else
            rig.Ask(micros, 103, 5 + micros);
        To = From + length;
        if (!isLate)
            rig.Defect(stream, DefectKind.Gap, From, To);
        micros++;
        var rest = after.AsSpan();
        for (; rest.Length > 0 && micros + rest[0].Wait < To; rest = rest[1..])
            Run(rest[0], isMissing: true);
        micros = To;
        if (isLate)
            rig.Defect(stream, DefectKind.Gap, From, To);
        KnownMicros = stream == MarketStream.Book ? To : From;
        if (stream == MarketStream.Book)
            rig.Start(micros);
        foreach (var step in rest)
            Run(step, isMissing: false);
        rig.Advance(micros);
    }

    private void Run(Step step, bool isMissing)
    {
        micros += step.Wait;
        var side = step.Choice % 2 == 0 ? OrderSide.Buy : OrderSide.Sell;
        var isLost = isMissing && stream == MarketStream.Book;
        if (step.Kind < 30 && !isLost)
            _ = side == OrderSide.Buy ? rig.Bid(micros, Math.Min(step.Price, 99), step.Size) : rig.Ask(micros, Math.Max(step.Price, 100), step.Size);
        else if (step.Kind is >= 30 and < 60 && !(isMissing && stream == MarketStream.Trades))
            rig.Trade(micros, side, step.Price, step.Size);
        else if (step.Kind >= 60)
            rig.Now(micros, step.Choice % 3 == 0 ? rig.Market(side, step.Size) : rig.Limit(side, step.Price, step.Size));
    }
}
