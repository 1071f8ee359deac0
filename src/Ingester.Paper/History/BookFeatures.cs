namespace Ingester.Paper.History;

/// <summary>What the order book of the traded market shows at one moment.</summary>
/// <param name="Bid">The best bid, in quote units.</param>
/// <param name="Ask">The best ask, in quote units.</param>
/// <param name="BidSize">The sum of the sizes of the best five bids.</param>
/// <param name="AskSize">The sum of the sizes of the best five asks.</param>
internal readonly record struct BookFeatures(decimal Bid, decimal Ask, decimal BidSize, decimal AskSize)
{
    /// <summary>Number of levels per side in the sizes.</summary>
    public const int Levels = 5;

    /// <summary>The distance of the best prices in basis points of their mean.</summary>
    public decimal SpreadBps => (Ask - Bid) / ((Ask + Bid) / 2) * 10_000;

    /// <summary>(bid size − ask size) / (bid size + ask size): from −1 to 1.</summary>
    public decimal Imbalance => BidSize + AskSize == 0 ? 0 : (BidSize - AskSize) / (BidSize + AskSize);
}
