using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Exchanges.Gate;

/// <summary>The market lists of Gate. https://www.gate.com/docs/developers/apiv4/en</summary>
internal static class GateMarkets
{
    /// <summary><c>/spot/currency_pairs</c>.</summary>
    public static MarketListFormat Pairs(SymbolRule symbols) => new(
        static root => root.AsArray(),
        static entry => entry.GetText("id"),
        (_, symbol) => symbols.ToMarket(symbol).Name,
        static entry => entry.GetText("trade_status"))
    {
        Facts = static (entry, _) => new(InstrumentType.Spot, entry.GetText("base"), entry.GetText("quote"))
        {
            Tick = entry.GetStep("precision"),
            Lot = entry.GetStep("amount_precision"),
            MinSize = entry.GetDigits("min_base_amount"),
            MinNotional = entry.GetDigits("min_quote_amount"),
        },
    };

    /// <summary><c>/futures/usdt/contracts</c>. Sizes are numbers of contracts, and whole ones unless <c>enable_decimal</c> is true.</summary>
    public static MarketListFormat Contracts(SymbolRule symbols) => new(
        static root => root.AsArray(),
        static entry => entry.GetText("name"),
        (_, symbol) => symbols.ToMarket(symbol).Name,
        static entry => entry.GetDigits("status") ?? (entry.GetFlag("in_delisting") ? "delisting" : "trading"))
    {
        Facts = static (entry, symbol) => symbol.Split('_') is [{ Length: > 0 } traded, { Length: > 0 } quote]
            ? new(InstrumentType.Perpetual, traded, quote)
            {
                Settle = "USDT",
                Tick = entry.GetDigits("order_price_round"),
                Lot = entry.GetFlag("enable_decimal") ? null : "1",
                MinSize = entry.GetDigits("order_size_min"),
                ContractSize = entry.GetDigits("quanto_multiplier"),
            }
            : throw new JsonException($"\"{symbol}\" does not name two assets."),
    };
}
