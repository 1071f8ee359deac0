using System.Text;
using Ingester.Core.Json;

namespace Ingester.Tests.Core.Json;

public sealed class ScaledNumberTests
{
    [Theory]
    [InlineData("329915000", 4, "32991.5000")]
    [InlineData("12345", 5, "0.12345")]
    [InlineData("12345", 4, "1.2345")]
    [InlineData("12345", 8, "0.00012345")]
    [InlineData("0", 8, "0.00000000")]
    [InlineData("7", 1, "0.7")]
    [InlineData("70", 1, "7.0")]
    [InlineData("98765432109876543210", 8, "987654321098.76543210")]
    [InlineData("42", 0, "42")]
    public void Every_digit_is_kept_and_the_point_is_placed(string digits, int scale, string number)
    {
        var text = Encoding.ASCII.GetBytes(digits);
        Assert.Equal(number, ScaledNumber.ToText(text, scale));
        Assert.Equal(number.Length, ScaledNumber.LengthOf(text, scale));
    }
}
