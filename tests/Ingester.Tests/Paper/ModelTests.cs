using Ingester.Paper.History;
using Ingester.Paper.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Paper;

/// <summary>Models that are not built in: an ONNX file, HTTP endpoints with and without a signature, time limits and circuit breakers.</summary>
public sealed class ModelTests : IDisposable
{
    private static readonly Features Some = new()
    {
        Market = "BTC-USDT",
        Micros = 1_763_632_800_000_000,
        Price = 100,
        ShortAverage = 101,
        LongAverage = 99,
        Momentum = 0.02m,
        DayChange = null,
        Volume = 3,
        Imbalance = 0.5m,
        SpreadBps = 2,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-models-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Onnx_file_predicts_from_the_documented_inputs()
    {
        // change = 0.5 × momentum + 0.01 × imbalance = 0.015
        var file = OnnxFile.WriteLinear(folder, [0, 0, 0, 0.5f, 0, 0, 0.01f, 0]);
        using var model = new OnnxModel("m", file, 0.8m);
        var answer = await model.PredictAsync(Some, Cancel);
        Assert.Equal(101.5m, Math.Round(answer.Price, 4));
        Assert.Equal((Direction.Up, 0.8m), (answer.Direction, answer.Confidence));
    }

    [Fact]
    public void File_that_is_no_model_is_refused_with_its_path()
    {
        var file = Path.Combine(folder, "bad.onnx");
        File.WriteAllText(file, "this is not a model");
        Assert.Contains(file, Assert.Throws<ModelException>(() => new OnnxModel("m", file, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<ModelException>(() => new OnnxModel("m", file + "x", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_model_posts_the_documented_json()
    {
        string? received = null;
        await using var server = await StartAsync(async context =>
        {
            received = await new StreamReader(context.Request.Body).ReadToEndAsync(Cancel);
            await context.Response.WriteAsync("{\"price\":\"102.5\",\"direction\":\"up\",\"confidence\":0.9}", Cancel);
        });
        using var http = new HttpClient();
        var answer = await new HttpModel("m", http, new(server.Urls.First())).PredictAsync(Some, Cancel);
        Assert.Equal((102.5m, Direction.Up, 0.9m), (answer.Price, answer.Direction, answer.Confidence));
        Assert.Equal("""{"market":"BTC-USDT","ts":1763632800000000,"price":100,"sma20":101,"sma50":99,"momentum10":0.02,"change24h":null,"volume":3,"imbalance":0.5,"spreadBps":2}""", received);
    }

    [Theory]
    [InlineData(200, "no json", "its response is not")]
    [InlineData(200, "{\"price\":1,\"direction\":\"sideways\",\"confidence\":1}", "is not up, down or flat")]
    [InlineData(200, "{\"price\":-1,\"direction\":\"up\",\"confidence\":1}", "is not positive")]
    [InlineData(200, "{\"price\":1,\"direction\":\"up\",\"confidence\":1.5}", "is not between 0 and 1")]
    [InlineData(500, "", "the status 500")]
    public async Task Useless_response_leaves_the_model_out_with_a_reason(int status, string body, string reason)
    {
        await using var server = await StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body, Cancel);
        });
        using var http = new HttpClient();
        var models = new ModelSet([Guard(new HttpModel("remote", http, new(server.Urls.First()))), Guard(new TechnicalModel())]);
        var (prediction, failures) = await models.PredictAsync(Some, Cancel);
        Assert.Equal(["technical"], prediction!.Answers.Select(static answer => answer.Name));
        var failure = Assert.Single(failures);
        Assert.Equal("remote", failure.Name);
        Assert.Contains(reason, failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slow_model_is_left_out_after_its_time_limit_and_then_left_alone()
    {
        var slow = new ScriptedModel(async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException("It cannot end.");
        });
        var guarded = new GuardedModel(slow, TimeSpan.FromMilliseconds(20), failures: 2, TimeSpan.FromMinutes(1), TimeProvider.System);
        for (var attempt = 0; attempt < 2; attempt++)
            Assert.Equal("it did not answer within 0.02 s", (await guarded.PredictAsync(Some, Cancel)).Failure!.Reason);
        Assert.Equal("it failed repeatedly and is left alone for a while", (await guarded.PredictAsync(Some, Cancel)).Failure!.Reason);
        Assert.Equal(2, slow.Calls);
    }

    [Theory]
    [InlineData("SageMaker", "sagemaker", "/endpoints/e/invocations")]
    [InlineData("Bedrock", "bedrock", "/model/anthropic.claude-v2%3A1/invoke")]
    public async Task Request_to_aws_has_a_valid_signature(string service, string scope, string path)
    {
        AwsRequest? received = null;
        await using var server = await StartAsync(async context =>
        {
            received = await AwsRequest.ReadAsync(context.Request, Cancel);
            await context.Response.WriteAsync("{\"price\":102,\"direction\":\"flat\",\"confidence\":0.5}", Cancel);
        });
        var (id, key) = (Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY"));
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        try
        {
            using var model = new SignedHttpModel("m", new(server.Urls.First() + path), Enum.Parse<SigningService>(service), "eu-central-1");
            Assert.Equal(Direction.Flat, (await model.PredictAsync(Some, Cancel)).Direction);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", id);
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", key);
        }

        Assert.Equal(path, received!.Path);
        Assert.Contains($"/eu-central-1/{scope}/aws4_request", received.Authorization, StringComparison.Ordinal);
        Assert.Equal(received.ComputeSignature("secret"), received.Authorization.Split("Signature=")[1]);
    }

    private static GuardedModel Guard(IPredictor model) => new(model, TimeSpan.FromSeconds(10), failures: 5, TimeSpan.FromMinutes(1), TimeProvider.System);

    private static async Task<WebApplication> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => answer(context));
        await app.StartAsync(Cancel);
        return app;
    }

    private sealed class ScriptedModel(Func<CancellationToken, Task<ModelAnswer>> answer) : IPredictor
    {
        public string Name => "scripted";

        public int Calls { get; private set; }

        public async ValueTask<ModelAnswer> PredictAsync(Features features, CancellationToken cancellation)
        {
            Calls++;
            return await answer(cancellation);
        }
    }
}
