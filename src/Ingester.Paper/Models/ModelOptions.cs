using System.ComponentModel.DataAnnotations;

namespace Ingester.Paper.Models;

/// <summary>One model (<c>Paper:Models</c>).</summary>
internal sealed class ModelOptions : IValidatableObject
{
    /// <summary>The kind. Default: technical.</summary>
    public ModelKind Kind { get; set; }

    /// <summary>The name in the journal. Default: the kind.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{0,64}$", ErrorMessage = "Name: use at most 64 letters, digits and . _ -")]
    public string Name { get; set; } = "";

    /// <summary>The ONNX file; required by <see cref="ModelKind.Onnx"/>.</summary>
    public string? File { get; set; }

    /// <summary>The confidence of an ONNX model that has no output for it. Default 0.7.</summary>
    [Range(0.0, 1.0)]
    public double Confidence { get; set; } = 0.7;

    /// <summary>The endpoint; required by <see cref="ModelKind.Http"/>.</summary>
    public Uri? Url { get; set; }

    /// <summary>The service whose signature (SigV4) the endpoint requires. Default: none.</summary>
    public SigningService Signing { get; set; }

    /// <summary>The region of the signature. Default: the one that the AWS SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; set; }

    /// <summary>Time limit of one prediction. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Number of predictions within an hour of which half must fail before the model is left alone. Default 5.</summary>
    [Range(2, 1000)]
    public int Failures { get; set; } = 5;

    /// <summary>How long a model that failed repeatedly is left alone. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "1.00:00:00")]
    public TimeSpan Pause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The name in the journal.</summary>
    internal string DisplayName => Name.Length > 0 ? Name : Kind.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind == ModelKind.Onnx && string.IsNullOrEmpty(File))
            yield return new("File: an ONNX model needs a file.", [nameof(File)]);
        if (Kind == ModelKind.Http && Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new("Url: an HTTP model needs a URL that begins with http:// or https://.", [nameof(Url)]);
        if (Kind != ModelKind.Http && Signing != SigningService.None)
            yield return new("Signing: only HTTP models are signed.", [nameof(Signing)]);
    }
}
