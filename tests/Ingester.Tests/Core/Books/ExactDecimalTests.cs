using Ingester.Core.Books;

namespace Ingester.Tests.Core.Books;

public sealed class ExactDecimalTests
{
    [Theory]
    [InlineData("68123.45")]
    [InlineData("0.00000100")]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("-3.50")]
    [InlineData("123456789012345678.12345678901234567890")]
    public void Digits_are_read_as_they_were_written(string text) => Assert.Equal(text, ExactDecimal.Parse(text).ToString());

    [Theory]
    [InlineData("9.2E-7", "0.00000092")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5e+1", "15")]
    public void Exponents_are_spelled_out(string text, string digits) => Assert.Equal(digits, ExactDecimal.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1e99")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    [InlineData("0.123456789012345678901")]
    [InlineData("12345678901234567890123456789012345678901234567890")]
    public void Text_that_is_no_number_of_that_size_is_refused(string text) => Assert.Throws<FormatException>(() => ExactDecimal.Parse(text));

    [Theory]
    [InlineData("1.50", "1.5", 0)]
    [InlineData("0.1", "0.10000000000000000001", -1)]
    [InlineData("9", "10", -1)]
    [InlineData("-2", "-1", -1)]
    public void Numbers_compare_as_numbers(string one, string other, int order) =>
        Assert.Equal(order, ExactDecimal.Parse(one).CompareTo(ExactDecimal.Parse(other)));
}
