package io.github.gradkit.adacomp.wire;

/**
 * What a layer takes of a message.
 *
 * @param path the path of the layer
 * @param codec the name of the coding that was the shortest
 * @param bytes everything that the layer adds to the message, its codec byte and scales included
 */
public record LayerSize(String path, String codec, long bytes) {}
