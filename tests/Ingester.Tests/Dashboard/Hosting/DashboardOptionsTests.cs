using Ingester.Dashboard.Hosting;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Dashboard.Hosting;

/// <summary>What the dashboard refuses at its start, as sentences.</summary>
public sealed class DashboardOptionsTests : IDisposable
{
    private readonly TemporaryDirectory folder = new();

    private DashboardOptions Valid => new() { Store = new() { Directory = folder.Path } };

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:8090", true)]
    [InlineData("http://localhost:8090", true)]
    [InlineData("http://[::1]:8090", true)]
    [InlineData("http://0.0.0.0:8090", false)]
    [InlineData("http://10.0.0.1:8090", false)]
    [InlineData("http://dashboard.example:8090", false)]
    public void Address_for_others_needs_a_token_or_a_proxy(string listen, bool isFree)
    {
        var options = Valid with { Listen = new(listen) };
        Assert.Equal(isFree, !options.FindErrors().Any());
        Assert.Empty((options with { Token = "0123456789abcdef" }).FindErrors());
        Assert.Empty((options with { IsBehindProxy = true }).FindErrors());
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with a space in it")]
    [InlineData("sixteen-letters-ä")]
    public void Weak_token_is_refused(string token) =>
        Assert.Equal("--token: must have at least 16 characters, all of them visible ASCII characters.", Assert.Single((Valid with { Token = token }).FindErrors()));

    [Fact]
    public void Store_must_exist_and_recorders_have_no_path()
    {
        var errors = (Valid with { Store = new() { Directory = "/no/such/folder" }, Recorders = [new("http://a:8080/status"), new("http://b:8080")] }).FindErrors();
        Assert.Equal(["--store /no/such/folder: the directory does not exist.", "--recorders http://a:8080/status: give the address of a status page without a path, such as http://127.0.0.1:8080."], errors);
    }
}
