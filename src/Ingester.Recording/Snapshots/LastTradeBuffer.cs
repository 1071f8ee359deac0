using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Recording.Snapshots;

/// <summary>The last trade of a market, stored without allocation.</summary>
internal sealed class LastTradeBuffer
{
    private byte[] price = new byte[24];
    private byte[] size = new byte[24];
    private int priceLength;
    private int sizeLength;
    private long micros = -1;
    private bool takerSells;

    /// <summary>The trade; null before the first.</summary>
    public StatusTrade? View => micros < 0 ? null : new(
        Micros.ToDateTime(micros), takerSells ? "sell" : "buy",
        System.Text.Encoding.UTF8.GetString(price, 0, priceLength), System.Text.Encoding.UTF8.GetString(size, 0, sizeLength));

    /// <summary>Stores a trade, unless it is older than the last one.</summary>
    public void Update(in TradeEvent trade)
    {
        if (trade.Micros < micros)
            return;
        (micros, takerSells) = (trade.Micros, trade.TakerSells);
        priceLength = Copy(trade.Price, ref price);
        sizeLength = Copy(trade.Size, ref size);
    }

    private static int Copy(ReadOnlySpan<byte> digits, ref byte[] target)
    {
        if (digits.Length > target.Length)
            target = new byte[digits.Length];
        digits.CopyTo(target);
        return digits.Length;
    }
}
