using Ingester.Configuration;
using Ingester.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ingester.Core.Tests.Hosting;

public sealed class DescriptorLimitTests
{
    private static readonly string[] Limits =
    [
        "Limit                     Soft Limit           Hard Limit           Units     ",
        "Max processes             63204                63204                processes ",
        "Max open files            64                   4096                 files     ",
    ];

    [Fact]
    public void Soft_limit_is_read_and_unlimited_is_none()
    {
        Assert.Equal(64, DescriptorLimit.Read(Limits));
        Assert.Null(DescriptorLimit.Read(["Max open files            unlimited            unlimited            files     "]));
        Assert.Null(DescriptorLimit.Read([]));
    }

    [Fact]
    public void Limit_that_is_too_low_is_refused_with_what_is_needed()
    {
        var settings = Settings.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Ingester:Exchanges:binance:Markets:0", (string?)"*")]).Build());
        var refused = Assert.Throws<CommandException>(() => DescriptorLimit.Check(settings, 64));
        Assert.Contains("may open 64 file descriptors", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
        DescriptorLimit.Check(settings, 1024);
        DescriptorLimit.Check(settings, null);
    }
}
