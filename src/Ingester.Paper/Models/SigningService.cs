namespace Ingester.Paper.Models;

/// <summary>The AWS service whose signature a request needs.</summary>
internal enum SigningService
{
    /// <summary>No signature.</summary>
    None,

    /// <summary>A SageMaker endpoint.</summary>
    SageMaker,

    /// <summary>A model of Bedrock.</summary>
    Bedrock,
}
