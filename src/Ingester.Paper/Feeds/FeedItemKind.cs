namespace Ingester.Paper.Feeds;

/// <summary>The kind of an item of a feed.</summary>
internal enum FeedItemKind
{
    /// <summary>A stored row.</summary>
    Row,

    /// <summary>Events of the stream are missing before the next row.</summary>
    Gap,

    /// <summary>The exchange began its numbering again.</summary>
    Reset,

    /// <summary>The book of the store at one moment.</summary>
    Book,

    /// <summary>Nothing happened: only time passes.</summary>
    Clock,
}
