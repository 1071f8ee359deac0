using System.Text;
using Ingester.Storage.Writing;

namespace Ingester.Tests.Storage.Writing;

/// <summary>Rows of a stream, and its end.</summary>
public sealed class RowLineReaderTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData("a\nb\n", true, "a", "b")]
    [InlineData("a\nb\n", false, "a", "b")]
    [InlineData("a\nb", false, "a", "b")]
    [InlineData("\n\na", false, "", "", "a")]
    public async Task Stream_ends_after_its_last_row(string text, bool needsLineEnd, params string[] rows)
    {
        var reader = new RowLineReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), needsLineEnd);
        foreach (var row in rows)
            Assert.Equal(row, Encoding.UTF8.GetString(Assert.NotNull(await reader.ReadRowAsync(TestContext.Current.CancellationToken)).Span));
        Assert.Null(await reader.ReadRowAsync(TestContext.Current.CancellationToken));
        Assert.Null(await reader.ReadRowAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Last_row_without_a_line_end_is_refused_if_rows_must_have_one()
    {
        var reader = new RowLineReader(new MemoryStream("a\nb"u8.ToArray()));
        Assert.NotNull(await reader.ReadRowAsync(TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadRowAsync(TestContext.Current.CancellationToken));
        Assert.Equal("the last row has no line end", error.Message);
    }
}
