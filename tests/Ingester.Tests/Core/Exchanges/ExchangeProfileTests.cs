using Ingester.Testing.Fakes;

namespace Ingester.Tests.Core.Exchanges;

public sealed class ExchangeProfileTests
{
    [Theory]
    [InlineData("X-Gate-Size-Decimal", "1")]
    [InlineData("accept", "a/b; q=0.5, \"c\"")]
    public void Headers_are_tokens_with_printable_values(string name, string value) => Assert.Equal(value, With(name, value).Profile.RequestHeaders[name]);

    [Theory]
    [InlineData("", "1")]
    [InlineData("X Size", "1")]
    [InlineData("X-Size:", "1")]
    [InlineData("X-Größe", "1")]
    [InlineData("X-Size", "")]
    [InlineData("X-Size", " 1")]
    [InlineData("X-Size", "1\r\nHost: other")]
    [InlineData("X-Size", "ä")]
    public void Header_that_could_end_its_line_is_refused(string name, string value)
    {
        var refused = Assert.Throws<ArgumentException>(() => With(name, value));
        Assert.Contains($"The header \"{name}\" of fake", refused.Message, StringComparison.Ordinal);
    }

    private static FakeExchange With(string name, string value) =>
        new() { Profile = new FakeExchange().Profile with { RequestHeaders = new Dictionary<string, string> { [name] = value } } };
}
