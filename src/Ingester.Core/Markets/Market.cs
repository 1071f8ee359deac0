namespace Ingester.Core.Markets;

/// <summary>One market of an exchange.</summary>
/// <param name="Name">Canonical <c>BASE-QUOTE</c>, with a suffix for derivatives: <c>BTC-USDT</c>, <c>BTC-USDT-PERP</c>.</param>
/// <param name="Symbol">The exchange's own symbol as its frames carry it: <c>BTCUSDT</c>, <c>BTC/USD</c>.</param>
public sealed record Market(string Name, string Symbol);
