using System.Text;
using System.Text.Json;
using Ingester.Core.Books;

namespace Ingester.Tests.Core.Books;

public sealed class OrderBookTests
{
    [Fact]
    public void Levels_stand_by_price_and_zero_removes_them()
    {
        var book = Book("""[["9.5","1"],["10","2"],["8","3"]]""", """[["11","1"],["10.50","2.00"]]""");
        book.ApplyDiff("""[["10","0"],["9.75","4"],["7","0.000"]]"""u8, """[["10.5","3"]]"""u8);
        Assert.Equal("9.75x4 9.5x1 8x3 | 10.5x3 11x1", Text(book));
    }

    [Fact]
    public void Book_is_known_to_the_depth_of_its_first_snapshot()
    {
        var book = Book("""[["10","1"],["9","1"]]""", """[["11","1"]]""", levels: 2);
        book.ApplyDiff("""[["5","1"]]"""u8, "[]"u8);
        Assert.True(book.Bids.IsKnown(ExactDecimal.Parse("9")));
        Assert.False(book.Bids.IsKnown(ExactDecimal.Parse("8.99")));
        Assert.Null(book.Asks.Horizon); // it had room for one more level
    }

    [Fact]
    public void Book_is_crossed_when_a_bid_reaches_an_ask()
    {
        var book = Book("""[["10","1"]]""", """[["11","1"]]""");
        Assert.False(book.IsCrossed);
        book.ApplyDiff("""[["11.0","1"]]"""u8, "[]"u8);
        Assert.True(book.IsCrossed);
    }

    [Fact]
    public void Book_of_limited_depth_is_truncated()
    {
        var book = Book("""[["10","1"],["9","1"]]""", """[["11","1"],["12","1"]]""");
        book.DepthLimit = 2;
        book.ApplyDiff("""[["9.5","1"]]"""u8, "[]"u8);
        Assert.Equal("10x1 9.5x1 | 11x1 12x1", Text(book));
    }

    [Theory]
    [InlineData("""[["1"]]""")]
    [InlineData("""[["x","1"]]""")]
    [InlineData("""[[1,2]]""")]
    [InlineData("""[["1","2"]""")]
    [InlineData("{}")]
    public void Levels_that_are_not_as_promised_are_refused(string levels) =>
        Assert.ThrowsAny<JsonException>(() => Book(levels, "[]"));

    private static OrderBook Book(string bids, string asks, int? levels = null)
    {
        var book = new OrderBook();
        book.LoadSnapshot(Encoding.UTF8.GetBytes(bids), Encoding.UTF8.GetBytes(asks), levels);
        return book;
    }

    private static string Text(OrderBook book) =>
        $"{string.Join(' ', book.Bids.BestFirst.Select(l => $"{l.Price}x{l.Size}"))} | {string.Join(' ', book.Asks.BestFirst.Select(l => $"{l.Price}x{l.Size}"))}";
}
