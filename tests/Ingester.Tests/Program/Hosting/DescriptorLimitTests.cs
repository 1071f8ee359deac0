using Ingester.Configuration;
using Ingester.Errors;
using Ingester.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ingester.Tests.Program.Hosting;

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
        Assert.Equal(64, DescriptorLimit.ParseLimit(Limits));
        Assert.Null(DescriptorLimit.ParseLimit(["Max open files            unlimited            unlimited            files     "]));
        Assert.Null(DescriptorLimit.ParseLimit([]));
    }

    [Fact]
    public void Too_low_descriptor_limit_is_rejected_and_the_required_number_is_named()
    {
        var settings = Settings.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Ingester:Exchanges:binance:Markets:0", (string?)"*")]).Build());
        var refused = Assert.Throws<CommandException>(() => DescriptorLimit.RequireSufficient(settings, 64));
        Assert.Contains("The limit of open files is 64", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
        DescriptorLimit.RequireSufficient(settings, 1024);
        DescriptorLimit.RequireSufficient(settings, null);
    }
}
