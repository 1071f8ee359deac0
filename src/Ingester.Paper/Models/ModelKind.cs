namespace Ingester.Paper.Models;

/// <summary>The kind of a model.</summary>
internal enum ModelKind
{
    /// <summary>The built-in <see cref="TechnicalModel"/>.</summary>
    Technical,

    /// <summary>A file in the ONNX format.</summary>
    Onnx,

    /// <summary>An HTTP endpoint.</summary>
    Http,
}
