package io.github.gradkit.examples.adm;

/**
 * How a network labels some images.
 *
 * @param energy the grid energy of the labels with the highest scores, per pixel
 * @param relaxed the bilinear relaxation of the grid energy at the probabilities, per pixel
 * @param miou the mean intersection over union with what is known of the images, from 0 to 1
 */
record Assessment(double energy, double relaxed, double miou) {}
