using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Markets.Trades;

/// <summary>The last stored trade at or before a moment.</summary>
/// <param name="Trade">The trade; null if none is stored in the week before.</param>
/// <param name="Dataset">The dataset of the trade: <c>trades</c> or <c>agg-trades</c>.</param>
/// <param name="State">Complete if it is proven that no later trade is missing, otherwise partial, disputed or missing.</param>
/// <param name="Reason">Why a later trade may be missing, as a sentence; null if it is proven that there is none.</param>
/// <param name="Key">The object that contains the trade; null if there is none.</param>
public sealed record LastTradeView(TradeView? Trade, string Dataset, DisplayState State, string? Reason, string? Key);
