using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Exchanges.Htx;

/// <summary>The market lists of HTX: <c>{"status":"ok","data":[…]}</c>. https://www.htx.com/en-us/opend/newApiPages/</summary>
internal static class HtxMarkets
{
    /// <summary><c>/v1/common/symbols</c>. Symbols are in lower case.</summary>
    public static MarketListFormat Pairs { get; } = new(
        static root => root.GetArray("data"),
        static entry => entry.GetText("symbol"),
        static (entry, _) => $"{AssetOf(entry, "base-currency")}-{AssetOf(entry, "quote-currency")}",
        static entry => entry.GetText("state"))
    {
        Facts = static (entry, _) => new(InstrumentType.Spot, AssetOf(entry, "base-currency"), AssetOf(entry, "quote-currency"))
        {
            Tick = entry.GetStep("price-precision"),
            Lot = entry.GetStep("amount-precision"),
            MinSize = entry.GetDigits("limit-order-min-order-amt"),
            MinNotional = entry.GetDigits("min-order-value"),
        },
    };

    /// <summary><c>/linear-swap-api/v1/swap_contract_info</c>. Sizes are whole numbers of contracts; a dated contract has a <c>delivery_time</c>.</summary>
    public static MarketListFormat Contracts(SymbolRule symbols) => new(
        static root => root.GetArray("data"),
        static entry => entry.GetText("contract_code"),
        (_, symbol) => symbols.ToMarket(symbol).Name,
        static entry => entry.GetRequired("contract_status").GetRawText())
    {
        Facts = static (entry, symbol) => symbol.Split('-') is [{ Length: > 0 } traded, { Length: > 0 } quote, ..]
            ? new(entry.GetMillisTime("delivery_time") is null ? InstrumentType.Perpetual : InstrumentType.Future, traded, quote)
            {
                Settle = entry.GetDigits("trade_partition"),
                Tick = entry.GetDigits("price_tick"),
                Lot = "1",
                MinSize = "1",
                ContractSize = entry.GetDigits("contract_size"),
                Expiry = entry.GetMillisTime("delivery_time"),
            }
            : throw new JsonException($"\"{symbol}\" does not name two assets."),
    };

    private static string AssetOf(JsonElement entry, string name) => entry.GetText(name).ToUpper(CultureInfo.InvariantCulture);
}
