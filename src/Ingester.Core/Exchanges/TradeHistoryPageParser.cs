using System.Text.Json;

namespace Ingester.Core.Exchanges;

/// <summary>Parses a page.</summary>
/// <exception cref="JsonException">The body has an unexpected format; the message states the error.</exception>
internal delegate TradeHistoryPage TradeHistoryPageParser(TradeHistoryQuery query, ReadOnlySpan<byte> body);
