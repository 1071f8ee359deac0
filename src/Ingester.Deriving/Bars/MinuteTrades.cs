using System.Text;
using Ingester.Core.Books;
using Ingester.Deriving.Inputs;
using Ingester.Deriving.Rows;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;

namespace Ingester.Deriving.Bars;

/// <summary>Collects the trades of one market in one minute.</summary>
internal sealed class MinuteTrades
{
    private ExactDecimal open, high, low, close;
    private TradeTotals buys, sells;
    private long excluded, missing;
    private string? firstId, reason;
    private ReadOnlyMemory<byte> lastId;
    private byte[] lastIdBytes = [];
    private bool isIncomplete, isDisputed, hasRows;

    /// <summary>Adds the next trade in order of sequence.</summary>
    public void Add(in ParsedTrade trade)
    {
        firstId ??= Encoding.UTF8.GetString(trade.Id.Span);
        if (lastIdBytes.Length < trade.Id.Length)
            lastIdBytes = new byte[trade.Id.Length + 8];
        trade.Id.CopyTo(lastIdBytes); // the row's memory is reused
        (lastId, hasRows) = (lastIdBytes.AsMemory(0, trade.Id.Length), true);
        if (!trade.IsMarketTrade)
        {
            excluded++;
            return;
        }

        if (buys.Count + sells.Count == 0)
            (open, high, low) = (trade.Price, trade.Price, trade.Price);
        close = trade.Price;
        if (trade.Price > high)
            high = trade.Price;
        if (trade.Price < low)
            low = trade.Price;
        if (trade.IsSell)
            sells = sells.Add(trade.Price, trade.Size);
        else
            buys = buys.Add(trade.Price, trade.Size);
    }

    /// <summary>Records that trades of the minute are missing.</summary>
    /// <param name="why">The reason, as a sentence.</param>
    /// <param name="count">Number of missing messages; zero when they belong to another minute or their number is not known.</param>
    public void AddGap(string why, long count = 0)
    {
        (isIncomplete, missing) = (true, missing + count);
        reason ??= why;
    }

    /// <summary>Records that another row with the same ids is stored.</summary>
    public void AddConflict()
    {
        isDisputed = true;
        reason ??= "The same ids are stored with different content.";
    }

    /// <summary>Creates the bar; null when no recording was expected and nothing is stored.</summary>
    /// <param name="market">The market.</param>
    /// <param name="startMicros">Start of the minute.</param>
    /// <param name="source">The dataset of the trades.</param>
    /// <param name="state">What the audit says about the minute.</param>
    /// <param name="canBeProven">False when the exchange offers no proof of completeness for this stream.</param>
    public Bar? ToBar(string market, long startMicros, string source, MinuteState state, bool canBeProven)
    {
        if (state.Verdict is null && !hasRows && !isIncomplete)
            return null;
        var (condition, why) = Judge(state, canBeProven);
        var isKnown = condition.HasTotals();
        var hasPrices = isKnown && buys.Count + sells.Count > 0;
        return new()
        {
            Market = market,
            StartMicros = startMicros,
            Minutes = 1,
            Source = source,
            Condition = condition,
            Reason = why,
            Grade = state.Grade == StatedGrade.Unknown ? null : state.Grade.ToString(),
            Missing = missing,
            Open = hasPrices ? open : null,
            High = hasPrices ? high : null,
            Low = hasPrices ? low : null,
            Close = hasPrices ? close : null,
            Buys = isKnown ? buys : default,
            Sells = isKnown ? sells : default,
            Excluded = isKnown ? excluded : 0,
            FirstId = firstId,
            LastId = hasRows ? Encoding.UTF8.GetString(lastId.Span) : null,
        };
    }

    private (DataCondition Condition, string? Reason) Judge(MinuteState state, bool canBeProven) => state.Verdict switch
    {
        WindowVerdict.Missing when !hasRows => (DataCondition.Missing, "Nothing is stored, and the minute is not proven quiet."),
        _ when isIncomplete => (DataCondition.Partial, reason),
        WindowVerdict.Disputed => (DataCondition.Disputed, "Replicas stored different rows, and neither is proven."),
        WindowVerdict.Partial or WindowVerdict.Missing or null when canBeProven || state.HasGap || state.Verdict != WindowVerdict.Partial =>
            (DataCondition.Partial, state.HasGap ? "A replica reported a gap." : "The stored trades are not proven complete."),
        WindowVerdict.Partial => (DataCondition.Unproven, "The exchange offers no proof of completeness."),
        _ when isDisputed => (DataCondition.Disputed, reason),
        _ => (hasRows ? DataCondition.Complete : DataCondition.Quiet, null),
    };
}
